@_exported import GumbelFiles
