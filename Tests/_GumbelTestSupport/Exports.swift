@_exported import GumbelTesting
