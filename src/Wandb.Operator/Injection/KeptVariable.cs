namespace Wandb.Operator.Injection;

/// <summary>A variable that the user set and that we would have set otherwise.</summary>
/// <param name="Container">Where.</param>
/// <param name="Name">As the user names it.</param>
/// <param name="Value">Null: it comes from a reference.</param>
/// <param name="Instead">What it stands in the way of.</param>
internal sealed record KeptVariable(string Container, string Name, string? Value, WantedVariable Instead)
{
    /// <summary>Its value for people; null: it comes from a reference, or may be a secret.</summary>
    public string? Shown => Value is null || Instead.Value is EnvValue.SecretKey || Redaction.IsSecret(Name) ? null : Redaction.Text(Value);

    /// <summary>One sentence; values of references are not known, and ours of Secrets are no values.</summary>
    public Problem ToProblem() =>
        new(ProblemReasons.EnvKept, Sentence());

    private string Sentence()
    {
        var what = Value is null ? $"takes {Name} from a reference" : Shown is { } value ? $"sets {Name}='{value}'" : $"has its own {Name}";
        var instead = Instead.Consequence is { } consequence ? $"; {consequence}"
            : Instead.Origin.Layer == OriginLayer.BuiltIn ? ""
            : Redaction.IsSecret(Name) ? $"; {Instead.Origin} names one, too"
            : $"; {Instead.Origin} says '{Redaction.Text(Instead.Value.ToString())}'";
        return Instead.Value is EnvValue.SecretKey
            ? $"container {Container} has its own {Name}, which is kept"
            : $"container {Container} {what}, which is kept{instead}";
    }
}
