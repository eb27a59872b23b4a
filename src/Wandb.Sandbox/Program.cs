Console.WriteLine("wandb-sandbox");
