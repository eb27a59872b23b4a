using Wandb.Contract;

namespace Wandb.Operator.Reports;

/// <summary>A report and who proved to have sent it.</summary>
internal sealed record PodReport(PodIdentity Pod, AgentReport Report, DateTimeOffset ReceivedAt);
