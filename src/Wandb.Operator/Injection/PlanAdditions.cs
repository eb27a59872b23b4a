using System.Text.Encodings.Web;
using System.Text.Json;
using Wandb.Contract;

namespace Wandb.Operator.Injection;

/// <summary>What the agent adds when it syncs, because the SDK has no variable for it or could not be given one.</summary>
internal static class PlanAdditions
{
    // A variable is no web page: escapes would make six bytes of a quotation mark, and of letters that take three.
    private static readonly ContractJson Plain = new(new JsonSerializerOptions(ContractJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static RunAdditions? Of(InjectionSubject subject, DisplayName name, IReadOnlyList<ContainerPlan> containers)
    {
        var settings = subject.Settings;
        // The agent cannot tell containers apart here: only what all of them lack is added.
        bool LackedByAll(string variable) => containers.All(plan => plan.Variables.Withheld.Any(withheld => withheld.Name == variable));
        var additions = new RunAdditions
        {
            Config = settings.Config.ToDictionary(pair => pair.Key, pair => pair.Value.Value, StringComparer.Ordinal),
            Tags = settings.Tags is { } tags && LackedByAll("WANDB_TAGS") ? tags.Value : [],
            Notes = LackedByAll("WANDB_NOTES") ? settings.Notes?.Value : null,
            Name = name.ForAgent,
            SummaryMetrics = settings.SummaryMetrics?.Value ?? [],
        };
        var isEmpty = additions is { Config.Count: 0, Tags.Count: 0, Notes: null, Name: null, SummaryMetrics.Count: 0 };
        return isEmpty ? null : additions;
    }

    /// <summary>Value of <see cref="AgentEnvironment.RunAdditions"/>.</summary>
    public static string Text(RunAdditions additions) => JsonSerializer.Serialize(additions, Plain.RunAdditions);
}
