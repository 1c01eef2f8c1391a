"""Every start of a machine at once: by exhaustion, or by cells that prove where all floats go."""
