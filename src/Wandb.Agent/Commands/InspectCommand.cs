using System.CommandLine;
using Wandb.Agent.Inspection;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Commands;

/// <summary><c>wandb-agent inspect</c>: says what run files hold and what they lost, from the files alone.</summary>
internal sealed class InspectCommand
{
    internal const string Examples = """
        Examples:
          wandb-agent inspect wandb/offline-run-20261124_101500-abc12345
          wandb-agent inspect --output json wandb | jq '{file, lostRecords, rows: .history.rows}'

        Exit status:
          0  the files are sound          1  wrong usage
          2  a path or file cannot be used, so sync would send nothing of it
          3  a file has lost records

        """;

    private const string Description =
        "Says what run files hold: records per kind, steps, keys, files, artifacts, and what is damaged. Works without any network.";

    private readonly Argument<string[]> _paths = CommandOptions.Paths();
    private readonly Option<string?> _output = CommandOptions.Output();

    public Command Build(CommandContext context)
    {
        var command = new Command("inspect", Description)
        {
            _paths, _output,
        };
        command.SetAction((parsed, ct) => Task.FromResult(Run(parsed, context, ct)));
        return command;
    }

    private int Run(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var isJson = CommandOptions.IsJson(parsed.GetValue(_output));
        var output = new LineOutput(context.Output);
        var problems = isJson ? new LineOutput(context.Error) : output;
        var found = RunFileDiscovery.Find(parsed.GetValue(_paths) ?? [], context.WorkingDirectory);
        foreach (var problem in found.Problems)
            problems.Write(RunText.Line(problem));

        var statuses = new List<int>();
        foreach (var path in found.Files)
        {
            var file = InspectedFile.Read(path, ct);
            statuses.Add(file.Status);
            output.Write(isJson ? [InspectionJson.Line(file)] : InspectionText.Lines(file));
        }
        return ExitStatus.Of(statuses, found.Problems);
    }
}
