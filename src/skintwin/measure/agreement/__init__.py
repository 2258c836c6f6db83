"""Agreement between raters, methods and repeats. Complete tables only: a missing cell is refused by name.

``table``          reading a long table (subject, rater, repeat, value).
``icc``            intraclass correlations with exact intervals. ``errors``: SEM, smallest detectable change, variation.
``bland_altman``   bias and limits of agreement. ``repeated``: with several pairs per subject.
``kappa``          Cohen's kappa, plain and weighted. ``fleiss``: of many raters.
``report``         all of it for one table.
"""
