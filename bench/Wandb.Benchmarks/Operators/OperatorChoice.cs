using System.CommandLine;

namespace Wandb.Benchmarks.Operators;

/// <summary>Which operator is measured, and with which variables.</summary>
/// <param name="Program">Wandb.Operator.dll as its image has it; null: the one that was built with this program, whose code is not compiled ahead.</param>
/// <param name="Environment">Variables beyond those of its image: <c>NAME=VALUE</c>, the last one counts.</param>
internal sealed record OperatorChoice(string? Program, IReadOnlyList<string> Environment)
{
    private static readonly Option<FileInfo> ProgramOption = new Option<FileInfo>("--operator")
    {
        Description = "Wandb.Operator.dll of `dotnet publish src/Wandb.Operator -r linux-x64`, which is what the image has. Default: as `dotnet build` makes it.",
        HelpName = "DLL",
    }.AcceptExistingOnly();

    private static readonly Option<string[]> EnvironmentOption = new("--environment")
    {
        Description = "NAME=VALUE for the operator's process, to try a setting of the runtime. May be repeated.",
        DefaultValueFactory = _ => [],
        Validators =
        {
            result =>
            {
                if (result.Tokens.FirstOrDefault(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
                {
                    result.AddError($"--environment {wrong.Value} is not NAME=VALUE");
                }
            },
        },
    };

    public static void AddTo(Command command)
    {
        command.Add(ProgramOption);
        command.Add(EnvironmentOption);
    }

    public static OperatorChoice Of(ParseResult parsed) => new(parsed.GetValue(ProgramOption)?.FullName, parsed.GetRequiredValue(EnvironmentOption));
}
