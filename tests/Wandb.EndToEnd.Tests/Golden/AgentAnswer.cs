namespace Wandb.EndToEnd.Tests.Golden;

internal sealed record AgentAnswer(int ExitCode, string Output, string Error);
