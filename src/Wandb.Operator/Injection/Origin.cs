namespace Wandb.Operator.Injection;

/// <summary>Where a value came from.</summary>
/// <param name="Layer">The layer of the precedence.</param>
/// <param name="Object">Name of the object that has it; empty where there is only one.</param>
internal sealed record Origin(OriginLayer Layer, string Object)
{
    public static readonly Origin BuiltIn = new(OriginLayer.BuiltIn, "");

    public override string ToString() => Layer switch
    {
        OriginLayer.PodAnnotation => "pod annotation",
        OriginLayer.PodLabel => "pod label",
        OriginLayer.JobLabel => $"label of {Object}",
        OriginLayer.Run => $"WandbRun {Object}",
        OriginLayer.Profile => $"WandbProfile {Object}",
        OriginLayer.Chart => "chart values",
        OriginLayer.Container => "container",
        OriginLayer.BuiltIn => "wandb-operator",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
