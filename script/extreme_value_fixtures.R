#!/usr/bin/env Rscript
# Makes Tests/GumbelDistributionsTests/Fixtures/extreme-values.json with R's package evd: its tables of
# extremes, what it fits to them, and profile intervals from its own constrained fits. Needs R and evd
# (Debian: r-base-core, r-cran-evd); run from the repository's root. The tables are measurements that
# evd's manual names the sources of.
suppressMessages(library(evd))
options(digits = 17)
limit <- qchisq(0.95, 1)

number <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", x))
vector <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
object <- function(...) {
  parts <- list(...)
  paste0("{", paste(sprintf('"%s": %s', names(parts), unlist(parts)), collapse = ", "), "}")
}

# Newton's steps with numerical derivatives after a quasi-Newton search: to about ten digits.
maximum <- function(negative, start) {
  found <- optim(start, negative, method = "Nelder-Mead", control = list(maxit = 20000, reltol = 1e-14))
  for (i in 1:4) {
    found <- optim(found$par, negative, method = "BFGS",
      control = list(maxit = 2000, reltol = 1e-16, parscale = pmax(abs(found$par), 1e-2)))
  }
  point <- found$par
  size <- pmax(abs(point), 1e-2)
  gradient <- function(p, h) sapply(seq_along(p), function(i) {
    e <- replace(numeric(length(p)), i, h[i])
    (8 * (negative(p + e) - negative(p - e)) - (negative(p + 2 * e) - negative(p - 2 * e))) / (12 * h[i])
  })
  hessian <- function(p, h) {
    m <- sapply(seq_along(p), function(i) {
      e <- replace(numeric(length(p)), i, h[i])
      g <- function(q) gradient(q, h)
      (8 * (g(p + e) - g(p - e)) - (g(p + 2 * e) - g(p - 2 * e))) / (12 * h[i])
    })
    (m + t(m)) / 2
  }
  h <- 1e-3 * size
  for (i in 1:6) point <- point - solve(hessian(point, h), gradient(point, h))
  list(par = point, value = negative(point), covariance = solve(hessian(point, h)))
}

# The two places where the deviance of a constrained fit has grown by the limit.
profile_ends <- function(deviance, center, error, minimum, lowest = -Inf) {
  excess <- function(x) deviance(x) - minimum - limit
  side <- function(direction) {
    far <- center + direction * error
    while (excess(far) < 0) far <- far + direction * error
    uniroot(excess, sort(c(center, far)), tol = 1e-12 * max(abs(center), 1))$root
  }
  c(side(-1), side(1))
}

gev_negative <- function(x, at = function(p) p) function(p) {
  p <- at(p)
  if (!(p[2] > 0)) return(1e10)
  value <- -sum(dgev(x, p[1], p[2], p[3], log = TRUE))
  if (is.finite(value)) value else 1e10
}
# A level and scale and shape, of which the first is held.
level_to_location <- function(level, scale, shape, period)
  level - qgev(1 - 1 / period, 0, scale, shape)

# The deviance with one parameter held, the scale first made large enough for all values.
held <- function(negative, index, value, start, scale) {
  point <- start
  point[index] <- value
  for (i in 1:60) if (negative(point) >= 1e9 && scale != index) point[scale] <- 1.2 * point[scale]
  rest <- function(q) negative(append(q, value, after = index - 1))
  found <- list(par = point[-index])
  for (i in 1:6) {
    found <- optim(found$par, rest, method = "Nelder-Mead",
      control = list(maxit = 20000, reltol = 1e-15, parscale = pmax(abs(found$par), 1e-2)))
    found <- optim(found$par, rest, method = "BFGS",
      control = list(maxit = 2000, reltol = 1e-16, parscale = pmax(abs(found$par), 1e-2), ndeps = rep(1e-5, length(found$par))))
  }
  2 * found$value
}

# The standard error of a function of the estimates, by the delta method.
delta <- function(f, p, covariance) {
  g <- sapply(seq_along(p), function(i) {
    e <- replace(numeric(length(p)), i, 1e-4 * max(abs(p[i]), 1e-2))
    (8 * (f(p + e) - f(p - e)) - (f(p + 2 * e) - f(p - 2 * e))) / (12 * sum(e))
  })
  sqrt(sum(g * (covariance %*% g)))
}

gev <- function(name, source, x) {
  x <- as.numeric(x[!is.na(x)])
  evds <- fgev(x, std.err = FALSE, method = "Nelder-Mead", control = list(maxit = 20000, reltol = 1e-15))
  negative <- gev_negative(x)
  best <- maximum(negative, as.numeric(evds$estimate))
  stopifnot(abs(best$value - evds$deviance / 2) < 1e-5)
  p <- best$par
  level <- qgev(0.99, p[1], p[2], p[3])
  by_level <- gev_negative(x, function(q)
    c(level_to_location(q[1], max(q[2], 1e-300), q[3], 100), q[2], q[3]))
  level_error <- delta(function(q) qgev(0.99, q[1], q[2], q[3]), p, best$covariance)
  errors <- sqrt(diag(best$covariance))
  intervals <- lapply(1:3, function(i)
    profile_ends(function(v) held(negative, i, v, p, 2), p[i], errors[i], 2 * best$value))
  level_interval <- profile_ends(
    function(v) held(by_level, 1, v, c(level, p[2], p[3]), 2), level, level_error, 2 * best$value)
  gumbel <- maximum(function(q) negative(c(q, 0)), p[1:2])
  object(name = sprintf('"%s"', name), source = sprintf('"%s"', source), values = vector(x),
    parameters = vector(p), errors = vector(errors), logLikelihood = number(-best$value),
    level = number(level), levelError = number(level_error),
    intervals = paste0("[", paste(sapply(intervals, vector), collapse = ", "), "]"),
    levelInterval = vector(level_interval),
    gumbelLogLikelihood = number(-gumbel$value),
    gumbelP = number(pchisq(2 * (gumbel$value - best$value), 1, lower.tail = FALSE)))
}

pareto <- function(name, source, x, threshold, rate_base) {
  x <- as.numeric(x[!is.na(x)])
  above <- x[x > threshold]
  negative <- function(p) {
    if (!(p[1] > 0)) return(1e10)
    value <- -sum(dgpd(above, threshold, p[1], p[2], log = TRUE))
    if (is.finite(value)) value else 1e10
  }
  evds <- fpot(x, threshold, std.err = FALSE, method = "Nelder-Mead",
    control = list(maxit = 20000, reltol = 1e-15))
  best <- maximum(negative, as.numeric(evds$estimate))
  stopifnot(abs(best$value - evds$deviance / 2) < 1e-5)
  p <- best$par
  errors <- sqrt(diag(best$covariance))
  intervals <- lapply(1:2, function(i)
    profile_ends(function(v) held(negative, i, v, p, 1), p[i], errors[i], 2 * best$value))
  # The point process of Coles, chapter 7, with the level of 100 periods for the location: its
  # likelihood has the chance in the number of exceedances.
  periods <- rate_base
  rate <- length(above) / periods
  level <- threshold + p[1] * ((rate * 100)^p[2] - 1) / p[2]
  process <- function(q) {
    if (!(q[2] > 0)) return(1e10)
    mu <- q[1] - q[2] * (100^q[3] - 1) / q[3]
    inner <- 1 + q[3] * (c(threshold, above) - mu) / q[2]
    if (any(inner <= 0)) return(1e10)
    periods * inner[1]^(-1 / q[3]) + length(above) * log(q[2]) + (1 + 1 / q[3]) * sum(log(inner[-1]))
  }
  scale <- p[1] * rate^p[2]
  # The number of exceedances is a Poisson variable, independent of them.
  all <- rbind(cbind(best$covariance, 0), c(0, 0, rate / periods))
  level_error <- delta(function(q) threshold + q[1] * ((q[3] * 100)^q[2] - 1) / q[2], c(p, rate), all)
  level_interval <- profile_ends(
    function(v) held(process, 1, v, c(level, scale, p[2]), 2), level, level_error,
    2 * process(c(level, scale, p[2])))
  object(name = sprintf('"%s"', name), source = sprintf('"%s"', source), values = vector(above),
    threshold = number(threshold), rate = number(rate), parameters = vector(p),
    errors = vector(errors), logLikelihood = number(-best$value), level = number(level),
    levelError = number(level_error),
    intervals = paste0("[", paste(sapply(intervals, vector), collapse = ", "), "]"),
    levelInterval = vector(level_interval))
}

trend <- function(name, source, x, covariate) {
  kept <- !is.na(x)
  x <- as.numeric(x[kept]); covariate <- covariate[kept]
  evds <- fgev(x, nsloc = data.frame(t = covariate), std.err = FALSE, method = "Nelder-Mead",
    control = list(maxit = 40000, reltol = 1e-15))
  negative <- function(p) {
    if (!(p[3] > 0)) return(1e10)
    value <- -sum(dgev(x - p[2] * covariate, p[1], p[3], p[4], log = TRUE))
    if (is.finite(value)) value else 1e10
  }
  best <- maximum(negative, as.numeric(evds$estimate))
  stopifnot(abs(best$value - evds$deviance / 2) < 1e-4)
  still <- maximum(gev_negative(x), c(best$par[1], best$par[3:4]))
  object(name = sprintf('"%s"', name), source = sprintf('"%s"', source), values = vector(x),
    covariate = vector(covariate), parameters = vector(best$par),
    errors = vector(sqrt(diag(best$covariance))), logLikelihood = number(-best$value),
    p = number(pchisq(2 * (still$value - best$value), 1, lower.tail = FALSE)))
}

largest <- function(name, source, table) {
  negative <- function(p) {
    if (!(p[2] > 0)) return(1e10)
    sum(apply(table, 1, function(row) {
      row <- row[!is.na(row)]
      inner <- 1 + p[3] * (row - p[1]) / p[2]
      if (any(inner <= 0)) return(1e10)
      length(row) * log(p[2]) + inner[which.min(row)]^(-1 / p[3]) + (1 + 1 / p[3]) * sum(log(inner))
    }))
  }
  best <- maximum(negative, c(mean(table[, 1], na.rm = TRUE), sd(table[, 1], na.rm = TRUE), -0.05))
  rows <- apply(table, 1, function(row) vector(row[!is.na(row)]))
  object(name = sprintf('"%s"', name), source = sprintf('"%s"', source),
    blocks = paste0("[", paste(rows, collapse = ", "), "]"), parameters = vector(best$par),
    errors = vector(sqrt(diag(best$covariance))), logLikelihood = number(-best$value))
}

scaled_years <- function(n, last) (seq(last - n + 1, last) - last) / 100
dover <- sealevel[, "dover"]
harwich <- sealevel[, "harwich"]
tables <- c(
  gev("sask", "R evd, sask: annual maximum floods of the North Saskachevan River, 1000 cubic feet a second", sask),
  gev("portpirie", "R evd, portpirie: annual maximum sea levels at Port Pirie, metres", portpirie),
  gev("oxford", "R evd, oxford: annual maximum temperatures at Oxford, degrees Fahrenheit", oxford),
  gev("dover", "R evd, sealevel: annual maximum sea levels at Dover, metres", dover),
  gev("harwich", "R evd, sealevel: annual maximum sea levels at Harwich, metres", harwich),
  gev("venice", "R evd, venice: annual maximum sea levels at Venice, centimetres", venice[, 1]),
  gev("lisbon", "R evd, lisbon: annual maximum wind speeds at Lisbon, kilometres an hour", lisbon),
  gev("berlin", "R evd, fox: annual maximum discharges of the Fox River at Berlin", fox[, 1]),
  gev("wrightstown", "R evd, fox: annual maximum discharges of the Fox River at Wrightstown", fox[, 2]),
  gev("hawkinsville", "R evd, ocmulgee: annual maximum discharges of the Ocmulgee River at Hawkinsville, 1000 cubic feet a second", ocmulgee[, 1])
)
excesses <- c(
  pareto("lossalae", "R evd, lossalae: indemnity payments of claims, in thousands", lossalae[, 1] / 1000, 100, 10),
  pareto("alae", "R evd, lossalae: expenses of claims, in thousands", lossalae[, 2] / 1000, 40, 20),
  pareto("venice", "R evd, venice: sea levels at Venice above 110 cm, centimetres", as.numeric(as.matrix(venice)), 110, 51)
)
trends <- c(
  trend("portpirie", "R evd, portpirie", portpirie, scaled_years(length(portpirie), 1987)),
  trend("venice", "R evd, venice: the largest of each year", venice[, 1], scaled_years(nrow(venice), 1981))
)
orders <- c(largest("venice", "R evd, venice: the ten largest sea levels of each year, centimetres", venice))

list_of <- function(x) paste0("[\n", paste(x, collapse = ",\n"), "\n]")
cat(sprintf('{"evd": "%s",\n"blocks": %s,\n"exceedances": %s,\n"trends": %s,\n"largest": %s}\n',
  packageVersion("evd"), list_of(tables), list_of(excesses), list_of(trends), list_of(orders)),
  file = "Tests/GumbelDistributionsTests/Fixtures/extreme-values.json")
