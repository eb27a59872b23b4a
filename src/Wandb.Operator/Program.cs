using Wandb.Operator.Commands;

using var stop = new CancellationTokenSource();
return await OperatorCommandLine.InvokeAsync(args, Console.In, Console.Out, Console.Error, stop.Token);
