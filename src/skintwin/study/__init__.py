"""Studies: a patient, a lesion, arms, an ensemble over what is not known, and the folder that a run writes."""
