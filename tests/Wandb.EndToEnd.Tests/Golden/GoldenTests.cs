using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Golden.NormalForm;
using Xunit;

namespace Wandb.EndToEnd.Tests.Golden;

/// <summary>Every golden case through the agent, to the embedded backend, compared with the strictest state that is recorded for it.</summary>
public sealed class GoldenTests
{
    /// <summary>A case takes a second or two; this only ends a sync that hangs.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Cases => [.. GoldenCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Sync_leaves_the_recorded_state_and_every_file_of_the_case(string name)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(Deadline);
        GoldenCase golden = GoldenCase.Load(name);
        GoldenState wanted = golden.States()[0];
        using PlacedCase placed = await PlacedCase.PlaceAsync(golden, TimeProvider.System, stop.Token);
        await using AgentUnderTest agent = await AgentUnderTest.StartAsync(golden.Features, stop.Token);
        FileSnapshot before = FileSnapshot.Of(placed.Directory);

        AgentAnswer answer = await agent.RunAsync(["sync", "--finish", "1", .. placed.RunFolders], stop.Token);

        JsonObject state = agent.ServerState();
        string[] findings =
        [
            .. NormalFormComparer.Compare(ServerStateNormalForm.From(state), wanted.NormalForm).Select(difference => $"server: {difference}"),
            .. (state["problems"] as JsonArray ?? []).Select(problem => $"protocol: {problem}"),
            .. before.DamageIn(FileSnapshot.Of(placed.Directory)).Select(damage => $"file: {damage}"),
            .. ExitCodeOf(golden) is { } exitCode && answer.ExitCode != exitCode ? [$"exit code: got {answer.ExitCode}, want {exitCode}"] : Array.Empty<string>(),
        ];
        Assert.True(findings.Length == 0, Report(golden, wanted, findings, answer));
    }

    /// <summary>Null where the file ends or is odd in a way that loses nothing a reader could know of.</summary>
    private static int? ExitCodeOf(GoldenCase golden) => golden.Name switch
    {
        "dmg_flip_length" or "dmg_flip_payload" or "dmg_flip_type" or "dmg_bad_protobuf" or "dmg_zero_hole" => 3,
        "dmg_trailing_garbage" or "dmg_unknown_oneof" or "killed" or "save_files" => null,
        var name when name.StartsWith("dmg_cut_", StringComparison.Ordinal) => null,
        _ => golden.States()[0].NormalForm["runs"]!.AsArray().Count == 0 ? 2 : 0,
    };

    private static string Report(GoldenCase golden, GoldenState wanted, IEnumerable<string> findings, AgentAnswer answer) => $"""
        {golden.Name} ({golden.Note}), compared with its {wanted.Kind} state:
        {string.Join(Environment.NewLine, findings)}
        exit code {answer.ExitCode}
        {answer.Output}
        {answer.Error}
        """;
}
