using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend;

namespace Wandb.Sandbox.Commands;

/// <summary>One run as lines of text.</summary>
internal static class RunSheet
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<string> Of(RunDetails run)
    {
        var overview = run.Overview;
        yield return $"{overview.Entity}/{overview.Project}/{overview.Run}: {overview.State}, {Count(overview.Rows, "row")}, {Count(overview.Events, "event")}, {Count(overview.ConsoleLines, "console line")}";
        if (run.Gaps > 0)
        {
            yield return $"  MISSING: {Count(run.Gaps, "line number")} of its streams never arrived";
        }

        IEnumerable<string> members = run.Identity.Select(member => $"{member.Key}: {Show(member.Value)}");
        if (overview.Group is { } group)
        {
            members = members.Prepend($"group: {Screen.Printable(group)}");
        }

        var sections = new (string Title, IEnumerable<string> Lines)[]
        {
            ("identity", members),
            ("config", Members(run.Config)),
            ("summary", Members(run.Summary)),
            ("last rows", run.LastRows.Select(Show)),
            ("console", run.Console.Select(Screen.Printable)),
            ("files", run.Files.Select(file => $"{Screen.Printable(file.Path)}  {Count(file.SizeBytes, "byte")}  md5 {file.Md5}")),
            ("artifacts", run.Artifacts.Select(artifact =>
                $"{Screen.Printable(artifact.Name)} ({artifact.Type})  {artifact.State}  {Count(artifact.Files, "file")}, {Count(artifact.SizeBytes, "byte")}"
                + $"  [{string.Join(", ", artifact.Aliases)}]  digest {artifact.Digest}")),
        };
        foreach (var line in sections.SelectMany(section => Section(section.Title, section.Lines.ToList())))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Section(string title, List<string> lines) =>
        lines.Count == 0 ? [] : [title, .. lines.Select(line => "  " + line)];

    private static IEnumerable<string> Members(JsonNode? node) => node switch
    {
        null => [],
        JsonObject members => members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{Screen.Printable(member.Key)}: {Show(member.Value)}"),
        _ => [Show(node)],
    };

    private static string Show(JsonNode? node) => Screen.Printable(node?.ToJsonString(OneLine) ?? "null");

    private static string Count(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
