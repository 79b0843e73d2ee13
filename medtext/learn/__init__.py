"""Batches in, a trained model and its answers out."""
