namespace Wandb.Operator.Injection;

/// <summary>Who may say something, the strongest first; what the user set in the container beats them all.</summary>
internal enum OriginLayer
{
    Container,
    PodAnnotation,
    PodLabel,
    JobLabel,
    Run,
    Profile,
    Chart,
    BuiltIn,
}
