"""The numerical engine: diffusion, stepping, random streams, checkpoints. It knows no biology."""
