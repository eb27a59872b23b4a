namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <param name="Path">Where, from the run or artifact down: `run entity/project/id.history[3].loss`.</param>
/// <param name="Got">Shortened JSON; null when there is nothing.</param>
/// <param name="Wanted">Shortened JSON; null when there should be nothing.</param>
internal sealed record Difference(string Path, string? Got, string? Wanted)
{
    public override string ToString() => (Got, Wanted) switch
    {
        (null, _) => $"{Path}: missing, want {Wanted}",
        (_, null) => $"{Path}: unexpected {Got}",
        _ => $"{Path}: got {Got}, want {Wanted}",
    };
}
