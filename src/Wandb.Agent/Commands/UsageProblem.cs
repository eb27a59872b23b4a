using System.CommandLine;
using System.CommandLine.Parsing;

namespace Wandb.Agent.Commands;

/// <summary>What is wrong with a command line: what the library finds, and what it would let pass.</summary>
internal static class UsageProblem
{
    /// <returns>One line, or null.</returns>
    public static string? Of(IReadOnlyList<string> args, ParseResult parsed) =>
        EmptyValue(args) ?? UnknownOption(parsed) ?? NoCommand(parsed) ?? (parsed.Errors is [var first, ..] ? first.Message : null);

    /// <summary><c>--project= PATH</c> would make the path the project.</summary>
    private static string? EmptyValue(IReadOnlyList<string> args) =>
        args.TakeWhile(arg => arg != "--").FirstOrDefault(IsOptionWithoutValue) is { } option ? $"{option[..^1]} is empty" : null;

    private static bool IsOptionWithoutValue(string arg) =>
        arg.StartsWith("--", StringComparison.Ordinal) && arg.IndexOf('=', StringComparison.Ordinal) == arg.Length - 1;

    /// <summary>A misspelt option would be taken for a path.</summary>
    private static string? UnknownOption(ParseResult parsed)
    {
        var literal = parsed.Tokens
            .SkipWhile(token => token.Type != TokenType.DoubleDash)
            .Select(token => token.Value)
            .ToHashSet(StringComparer.Ordinal);
        var words = parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens);
        return words.FirstOrDefault(word => word.StartsWith('-') && word.Length > 1 && !literal.Contains(word)) is { } unknown
            ? $"unknown option '{unknown}' (a path that begins with '-' stands behind --)"
            : null;
    }

    private static string? NoCommand(ParseResult parsed) => parsed switch
    {
        { CommandResult.Parent: not null } => null,
        { UnmatchedTokens: [var word, ..] } => $"unknown command '{word}'",
        _ => "no command was given",
    };
}
