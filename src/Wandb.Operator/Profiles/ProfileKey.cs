using Wandb.Operator.Watching;

namespace Wandb.Operator.Profiles;

/// <summary>Which WandbProfile; a type of its own, as each controller's keys have.</summary>
internal readonly record struct ProfileKey(NamespacedName Name)
{
    public override string ToString() => Name.ToString();
}
