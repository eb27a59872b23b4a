namespace Wandb.Sandbox.Backend.Storage;

/// <summary>Where a run lives. Ordered by entity, project, name.</summary>
internal readonly record struct RunKey(string Entity, string Project, string Name) : IComparable<RunKey>
{
    public string Id => StableId.Of("Run", Entity, Project, Name);

    public int CompareTo(RunKey other)
    {
        var order = string.CompareOrdinal(Entity, other.Entity);
        order = order != 0 ? order : string.CompareOrdinal(Project, other.Project);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    public static bool operator <(RunKey left, RunKey right) => left.CompareTo(right) < 0;

    public static bool operator >(RunKey left, RunKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(RunKey left, RunKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RunKey left, RunKey right) => left.CompareTo(right) >= 0;
}
