"""The glue add-ons: beside the add-on and named after it, one a module to glue to."""


def find_glue(addon):
    """Return the folders of the glue add-ons of `addon`, sorted."""
    manifests = addon.folder.parent.glob(f"{addon.name}_*/__manifest__.py")
    return sorted(manifest.parent for manifest in manifests)
