// One import for all of the package's libraries.
@_exported import Datasets
@_exported import Distributions
@_exported import Estimators
@_exported import GumbelFiles
@_exported import Layers
@_exported import Models
@_exported import Optimizers
@_exported import Plots
@_exported import Tensors
@_exported import Training
