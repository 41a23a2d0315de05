/**
 * How many requests in a row a simulation of M/M/1 takes until the mean of their waits has this relative standard error:
 * waits resemble their neighbours, the more so the busier the server is. n times the variance of the mean of n waits
 * tends to rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4 in service times squared, and the mean is rho / (1 - rho)
 * (Daley, The Serial Correlation Coefficients of Waiting Times in a Stationary Single Server Queue, 1968; Ward Whitt,
 * Planning Queueing Simulations, 1989).
 *
 * @example
 * requestsForPrecision(0.5, 0.01); // => 290000
 */
export function requestsForPrecision(utilisation: number, relativeError: number): number {
  const mean = utilisation / (1 - utilisation);
  return Math.ceil((waitDeviation(utilisation) / (relativeError * mean)) ** 2 * (1 - 1e-12));
}

/** Square root of n times the variance of the mean of n successive waits, for large n, in service times. */
export function waitDeviation(utilisation: number): number {
  const rho = utilisation;
  return Math.sqrt(rho * (2 + 5 * rho - 4 * rho * rho + rho * rho * rho)) / (1 - rho) ** 2;
}
