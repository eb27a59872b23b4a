using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden;

/// <summary>A recorded case: run folders made by the SDK and what has to be on a server after they were synced. See Cases/README.md.</summary>
/// <param name="Name">Folder name below Cases.</param>
/// <param name="Source">Absolute path of that folder; never handed to the agent, see <see cref="PlacedCase"/>.</param>
/// <param name="Note">One sentence: what the case shows.</param>
/// <param name="RunFolders">Relative to the place of the case; in the order of the command line; may be more than one.</param>
/// <param name="Root">Where the case has to lie because its records name absolute paths below it; null when any place will do.</param>
/// <param name="Features">Server features that are on; every other one is off.</param>
/// <param name="Links">Symbolic links that belong to the case: path relative to its place, relative target. A target may be missing.</param>
internal sealed record GoldenCase(
    string Name,
    string Source,
    string Note,
    ImmutableArray<string> RunFolders,
    string? Root,
    ImmutableArray<string> Features,
    ImmutableSortedDictionary<string, string> Links)
{
    internal const string CaseFile = "case.json";
    internal const string LinksFile = "links.json";

    /// <summary>Entity, in the recorded states, of the runs that name none; ids in the states are derived from it.</summary>
    internal const string DefaultEntity = "lab-entity";

    private static readonly string[] StrictestFirst = ["best", "ideal", "expected"];

    private static string Cases => Path.Combine(AppContext.BaseDirectory, "Golden", "Cases");

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Cases, CaseFile, SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))
            .Order(StringComparer.Ordinal);

    public static GoldenCase Load(string name)
    {
        string source = Path.Combine(Cases, name);
        JsonObject recorded = ReadObject(Path.Combine(source, CaseFile));
        string links = Path.Combine(source, LinksFile);
        return new GoldenCase(
            name,
            source,
            recorded["note"]!.GetValue<string>(),
            Texts(recorded["paths"]),
            recorded["root"]?.GetValue<string>(),
            Texts(recorded["features"]),
            File.Exists(links)
                ? ReadObject(links).ToImmutableSortedDictionary(link => link.Key, link => link.Value!.GetValue<string>(), StringComparer.Ordinal)
                : ImmutableSortedDictionary<string, string>.Empty);
    }

    /// <summary>Every recorded state of the case, the strictest first; at least one.</summary>
    public IReadOnlyList<GoldenState> States() =>
        [.. StrictestFirst
            .Select(kind => (Kind: kind, File: Path.Combine(Cases, $"{Name}.{kind}.json")))
            .Where(state => File.Exists(state.File) || File.Exists(state.File + ".gz"))
            .Select(state => new GoldenState(state.Kind, ReadObject(state.File)))];

    public override string ToString() => Name;

    private static JsonObject ReadObject(string file)
    {
        using Stream stream = File.Exists(file)
            ? File.OpenRead(file)
            : new GZipStream(File.OpenRead(file + ".gz"), CompressionMode.Decompress);
        return JsonNode.Parse(stream) as JsonObject ?? throw new JsonException($"{file} does not hold an object.");
    }

    private static ImmutableArray<string> Texts(JsonNode? list) =>
        list is null ? [] : [.. list.AsArray().Select(text => text!.GetValue<string>())];
}
