namespace Wandb.Agent.Reports;

/// <summary>Where reports go.</summary>
/// <param name="Url">Absolute http or https URL.</param>
/// <param name="TokenFile">File with the bearer token, read anew for each report; null: none is sent.</param>
/// <param name="Ca">PEM of the certificates that the address's own must be signed by; null: the system's decide.</param>
internal sealed record OperatorAddress(Uri Url, string? TokenFile, string? Ca);
