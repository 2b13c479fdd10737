"""The starter: small networks that this repository trains, as a voice half and a face half."""
