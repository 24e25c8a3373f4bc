import GumbelDistributions
import GumbelTensors

/// The divergence between two single distributions, where it has a closed form.
public func closedDivergence(_ p: any RealDistribution, _ q: any RealDistribution) -> Double? {
  switch (p, q) {
  case (let p as Gumbel<Double>, let q as Gumbel<Double>): p.klDivergence(to: q)
  case (let p as Gumbel<Double>, let q as Normal<Double>): p.klDivergence(to: q)
  case (let p as MinimumGumbel<Double>, let q as MinimumGumbel<Double>): p.klDivergence(to: q)
  case (let p as Normal<Double>, let q as Normal<Double>): p.klDivergence(to: q)
  case (let p as Normal<Double>, let q as Gumbel<Double>): p.klDivergence(to: q)
  case (let p as Uniform<Double>, let q as Uniform<Double>): p.klDivergence(to: q)
  case (let p as Exponential<Double>, let q as Exponential<Double>): p.klDivergence(to: q)
  case (let p as Exponential<Double>, let q as Gumbel<Double>): p.klDivergence(to: q)
  case (let p as Bernoulli<Double>, let q as Bernoulli<Double>): p.klDivergence(to: q)
  case (let p as Binomial<Double>, let q as Binomial<Double>): p.klDivergence(to: q)
  default: nil
  }
}

/// The divergence between two batches, where it has a closed form.
public func closedDivergence(_ p: any Distribution, _ q: any Distribution) -> Tensor? {
  switch (p, q) {
  case (let p as Gumbel<Tensor>, let q as Gumbel<Tensor>): p.klDivergence(to: q)
  case (let p as Gumbel<Tensor>, let q as Normal<Tensor>): p.klDivergence(to: q)
  case (let p as MinimumGumbel<Tensor>, let q as MinimumGumbel<Tensor>): p.klDivergence(to: q)
  case (let p as Normal<Tensor>, let q as Normal<Tensor>): p.klDivergence(to: q)
  case (let p as Normal<Tensor>, let q as Gumbel<Tensor>): p.klDivergence(to: q)
  case (let p as Uniform<Tensor>, let q as Uniform<Tensor>): p.klDivergence(to: q)
  case (let p as Exponential<Tensor>, let q as Exponential<Tensor>): p.klDivergence(to: q)
  case (let p as Exponential<Tensor>, let q as Gumbel<Tensor>): p.klDivergence(to: q)
  case (let p as Bernoulli<Tensor>, let q as Bernoulli<Tensor>): p.klDivergence(to: q)
  case (let p as Binomial<Tensor>, let q as Binomial<Tensor>): p.klDivergence(to: q)
  default: nil
  }
}
