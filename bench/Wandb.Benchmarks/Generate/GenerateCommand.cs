using System.CommandLine;

namespace Wandb.Benchmarks.Generate;

/// <summary>`generate [--shape NAME]… [--rows N] OUTPUT`</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var output = new Argument<string>("output") { Description = "Folder for the runs; each shape gets a folder of its name." };
        var shapes = new Option<string[]>("--shape")
        {
            Description = $"One or more of {string.Join(", ", RowShapes.All.Select(shape => shape.Name))}; default all.",
            AllowMultipleArgumentsPerToken = true,
        };
        shapes.AcceptOnlyFromAmong([.. RowShapes.All.Select(shape => shape.Name)]);
        var rows = new Option<long>("--rows") { Description = "The most rows of a run; default: those of its shape.", DefaultValueFactory = _ => long.MaxValue };
        var command = new Command("generate", "Write large run files in the record shape of the SDK.") { output, shapes, rows };
        command.SetAction((parsed, cancellationToken) =>
        {
            string[] wanted = parsed.GetValue(shapes) ?? [];
            foreach (RowShape shape in RowShapes.All.Where(shape => wanted.Length == 0 || wanted.Contains(shape.Name)))
            {
                RowShape asked = shape with { Rows = Math.Min(shape.Rows, parsed.GetValue(rows)) };
                Console.WriteLine(RunGenerator.Generate(asked, parsed.GetRequiredValue(output), cancellationToken));
            }

            return Task.FromResult(0);
        });
        return command;
    }
}
