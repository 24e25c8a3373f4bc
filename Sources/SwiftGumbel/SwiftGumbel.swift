// One import for all of the package's libraries.
@_exported import GumbelDatasets
@_exported import GumbelDistributions
@_exported import GumbelEstimators
@_exported import GumbelFiles
@_exported import GumbelLayers
@_exported import GumbelMPI
@_exported import GumbelModels
@_exported import GumbelOptimizers
@_exported import GumbelPlots
@_exported import GumbelTensors
@_exported import GumbelTraining
