"""Registration: where each point of a baseline photograph lies in a follow-up of the same skin.

``views``     illumination-free pictures at a working size.
``features``  landmarks, their matches, and the plane-to-plane maps that many of them agree on.
``search``    the map from all angles, sizes and places where landmarks are few.
``verify``    whether two pictures show the same skin: small pieces must be found again where the map says.
``track``     landmarks followed to a fraction of a pixel.
``field``     the smooth map through them, its deformation and its standard deviation.
``by_points`` the map through points that a person set.
``result``    the map, and the follow-up resampled onto the baseline.
"""

from skintwin.photo.registration.by_points import register_by_points
from skintwin.photo.registration.errors import MirroredFollowUpError, RegistrationError
from skintwin.photo.registration.register import register
from skintwin.photo.registration.result import Registration

__all__ = ["MirroredFollowUpError", "Registration", "RegistrationError", "register", "register_by_points"]
