using Wandb.Sandbox.Commands;

return await SandboxCommand.Create().Parse(args).InvokeAsync();
