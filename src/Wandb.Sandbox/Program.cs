using System.CommandLine;
using Wandb.Sandbox.Commands;

var parsed = SandboxCommand.Create().Parse(args);
return await parsed.InvokeAsync(TrainCommand.IsDeaf(parsed) ? new InvocationConfiguration { ProcessTerminationTimeout = null } : new InvocationConfiguration());
