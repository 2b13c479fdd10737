"""The starter family: small networks that this repository trains, and the stages over them."""
