using System.Buffers;

namespace Wandb.Agent.Commands;

/// <summary>
/// The SDK's rules for names that a user may give a run. Each method answers what is wrong, to be put behind the option's name, or null.
/// Sources: what wandb.init() of SDK 0.28.2 refuses (<c>:;,#?/'</c> in ids, <c>/\#?%:</c> and more than 128 characters in project names,
/// tags of 1 to 64 characters).
/// </summary>
internal static class RunNames
{
    private const int MaxNameLength = 128;
    private const int MaxTagLength = 64;

    private static readonly SearchValues<char> NotInIds = SearchValues.Create(":;,#?/'");
    private static readonly SearchValues<char> NotInProjects = SearchValues.Create("/\\#?%:");

    public static string? NotEmpty(string value) => string.IsNullOrWhiteSpace(value) ? "is empty" : null;

    public static string? RunId(string id) => Name(id, NotInIds);

    public static string? Project(string project) => Name(project, NotInProjects);

    public static string? Entity(string entity) => Name(entity, NotInProjects);

    /// <summary>Display names, groups, job types.</summary>
    public static string? Label(string label) => NotEmpty(label) ?? TooLong(label);

    /// <param name="replacements">Old tag to new tag, which may be empty: then the tag is removed. Null when there is a problem.</param>
    public static string? TagReplacementProblem(string text, out IReadOnlyDictionary<string, string>? replacements)
    {
        replacements = null;
        var parsed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            var separator = part.IndexOf('=', StringComparison.Ordinal);
            if (separator <= 0)
                return $"'{part}' is not OLD=NEW (OLD= removes the tag)";
            var (old, tag) = (part[..separator], part[(separator + 1)..]);
            if (tag.Length > MaxTagLength)
                return $"'{tag}' has {tag.Length} characters; a tag has at most {MaxTagLength}";
            if (!parsed.TryAdd(old, tag))
                return $"'{old}' stands there twice";
        }
        replacements = parsed;
        return null;
    }

    /// <summary>In the address of a request such a name would lead somewhere else.</summary>
    public static string? Dots(string name) => name is "." or ".." ? $"'{name}' is no name, but the way to another directory" : null;

    private static string? Name(string name, SearchValues<char> forbidden) =>
        Label(name) ?? Dots(name) ?? (name.AsSpan().IndexOfAny(forbidden) is >= 0 and var at ? $"'{name}' must not hold '{name[at]}'" : null);

    private static string? TooLong(string name) =>
        name.Length > MaxNameLength ? $"has {name.Length} characters; the limit is {MaxNameLength}" : null;
}
