namespace Wandb.Sandbox.Trainer;

/// <summary>One value of a history, summary, config or stats record.</summary>
/// <param name="Key">Where it belongs.</param>
/// <param name="ValueJson">JSON as the SDK prints it; see <see cref="SdkJson"/>.</param>
internal readonly record struct RecordItem(RecordKey Key, string ValueJson)
{
    /// <summary>A value of history or summary, one level deep.</summary>
    public static RecordItem Of(string name, string valueJson) => new(RecordKey.Nested(name), valueJson);
}
