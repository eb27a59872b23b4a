namespace Wandb.Benchmarks.Generate;

/// <summary>What a synthetic training logs in each step.</summary>
/// <param name="Name">Of the preset, on the command line.</param>
/// <param name="RunId">Eight characters.</param>
/// <param name="Rows">Steps of the whole run.</param>
/// <param name="Leaves">Labels of each value; the SDK adds `_timestamp`, `_runtime` and `_step`.</param>
/// <param name="Value">JSON of a leaf, as the SDK prints it, from a source of randomness that belongs to the file.</param>
internal sealed record RowShape(string Name, string RunId, long Rows, IReadOnlyList<string[]> Leaves, Func<int, SplitMix64, string> Value);
