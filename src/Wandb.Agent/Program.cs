Console.WriteLine("wandb-agent");
