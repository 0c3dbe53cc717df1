from .representation import RepresentationAdmin

__all__ = ["RepresentationAdmin"]
