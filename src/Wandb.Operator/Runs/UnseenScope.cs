namespace Wandb.Operator.Runs;

/// <summary>Where to look for pods that admission never saw.</summary>
/// <param name="Namespace">"": in all.</param>
internal readonly record struct UnseenScope(string Namespace)
{
    public override string ToString() => Namespace.Length == 0 ? "all namespaces" : $"namespace {Namespace}";
}
