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
        Instead.Value is EnvValue.SecretKey ? new(ProblemReasons.EnvKept, $"container {Container} has its own {Name}, which is kept") :
        new(
            ProblemReasons.EnvKept,
            Value is null
                ? $"container {Container} takes {Name} from a reference, which is kept; {Instead.Origin} says '{Instead.Value}'"
                : $"container {Container} sets {Name}='{Value}', which is kept; {Instead.Origin} says '{Instead.Value}'");
}
