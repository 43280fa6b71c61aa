"""A proxy that passes traffic on unchanged and judges it by what the spec of the API promises."""
