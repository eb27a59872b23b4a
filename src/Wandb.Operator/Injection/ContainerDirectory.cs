namespace Wandb.Operator.Injection;

/// <summary>Directories of one container.</summary>
/// <param name="Container">Which.</param>
/// <param name="Directory">Value of WANDB_DIR; null: <paramref name="Base"/>, or what the user set.</param>
/// <param name="Base">Directory of the container on the shared volume; may hold <c>$(NAME)</c>.</param>
/// <param name="Tmp">Value of TMPDIR; null: it is not ours to set.</param>
internal sealed record ContainerDirectory(ContainerView Container, string? Directory, string Base, string? Tmp);
