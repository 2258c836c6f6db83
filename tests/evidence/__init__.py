"""Tests of the evidence ledger."""
