namespace Wandb.Operator.Injection;

/// <summary>A variable that the user set and that we would have set otherwise.</summary>
/// <param name="Container">Where.</param>
/// <param name="Name">As the user names it.</param>
/// <param name="Value">Null: it comes from a reference.</param>
/// <param name="Instead">What it stands in the way of.</param>
internal sealed record KeptVariable(string Container, string Name, string? Value, WantedVariable Instead)
{
    /// <summary>One sentence; values of references are not known, and ours of Secrets are no values.</summary>
    public Problem ToProblem() =>
        new(ProblemReasons.EnvKept, Sentence());

    private string Sentence()
    {
        var what = Value is null ? $"takes {Name} from a reference" : $"sets {Name}='{Value}'";
        var instead = Instead.Consequence is { } consequence ? $"; {consequence}"
            : Instead.Origin.Layer == OriginLayer.BuiltIn ? "" : $"; {Instead.Origin} says '{Instead.Value}'";
        return Instead.Value is EnvValue.SecretKey
            ? $"container {Container} has its own {Name}, which is kept"
            : $"container {Container} {what}, which is kept{instead}";
    }
}
