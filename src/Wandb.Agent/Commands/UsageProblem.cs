using System.CommandLine;
using System.CommandLine.Parsing;

namespace Wandb.Agent.Commands;

/// <summary>What is wrong with a command line: what the library finds, and what it would let pass.</summary>
internal static class UsageProblem
{
    /// <returns>All of it, a line each; empty when nothing is wrong.</returns>
    public static IReadOnlyList<string> All(IReadOnlyList<string> args, ParseResult parsed)
    {
        var empty = EmptyValues(args);
        List<string> problems = [.. empty.Select(option => $"{option} is empty"), .. UnknownOptions(parsed)];
        if (problems.Count == 0 && NoCommand(parsed) is { } noCommand)
            return [noCommand];
        // What the library says of anything but the value of an option follows from what was found already, as does what it makes of the word behind "--project=".
        var others = parsed.Errors
            .Where(error => problems.Count == 0 || OptionOf(error) is { } option && !empty.Contains(option.Option.Name, StringComparer.Ordinal))
            .DistinctBy(error => OptionOf(error) ?? error.SymbolResult)
            .Select(error => error.Message);
        return [.. problems, .. others.ToList()];
    }

    private static OptionResult? OptionOf(ParseError error) => error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult;

    /// <summary><c>--project= PATH</c> would make the path the project.</summary>
    private static List<string> EmptyValues(IReadOnlyList<string> args) =>
        [.. args.TakeWhile(arg => arg != "--").Where(IsOptionWithoutValue).Select(option => option[..^1])];

    private static bool IsOptionWithoutValue(string arg) =>
        arg.StartsWith("--", StringComparison.Ordinal) && arg.IndexOf('=', StringComparison.Ordinal) == arg.Length - 1;

    /// <summary>A misspelt option would be taken for a path.</summary>
    private static IEnumerable<string> UnknownOptions(ParseResult parsed)
    {
        var literal = parsed.Tokens
            .SkipWhile(token => token.Type != TokenType.DoubleDash)
            .Select(token => token.Value)
            .ToHashSet(StringComparer.Ordinal);
        var words = parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens);
        return words
            .Where(word => word.StartsWith('-') && word.Length > 1 && !literal.Contains(word))
            .Distinct(StringComparer.Ordinal)
            .Select(unknown => $"unknown option '{unknown}' (a path that begins with '-' stands behind --)");
    }

    private static string? NoCommand(ParseResult parsed) => parsed switch
    {
        { CommandResult.Parent: not null } => null,
        { UnmatchedTokens: [var word, ..] } => $"unknown command '{word}'",
        _ => "no command was given",
    };
}
