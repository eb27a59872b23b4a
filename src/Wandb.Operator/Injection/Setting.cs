namespace Wandb.Operator.Injection;

/// <summary>A value and who gave it.</summary>
internal sealed record Setting<T>(T Value, Origin Origin);
