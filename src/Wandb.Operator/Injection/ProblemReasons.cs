namespace Wandb.Operator.Injection;

/// <summary>Reasons of <see cref="Problem"/>: few, and stable, because alerts name them.</summary>
internal static class ProblemReasons
{
    public const string BadAnnotation = "BadAnnotation";
    public const string BadValue = "BadValue";
    public const string RunMissing = "RunMissing";
    public const string ProfileMissing = "ProfileMissing";
    public const string NotAllowed = "NotAllowed";
    public const string NoContainer = "NoContainer";
    public const string MirrorPod = "MirrorPod";
    public const string Windows = "Windows";
    public const string OldKubelet = "OldKubelet";
    public const string NoSidecars = "NoSidecars";
    public const string DirectoryNotShared = "DirectoryNotShared";
    public const string NoRoom = "NoRoom";
    public const string OperatorFailed = "OperatorFailed";

    /// <summary>Injected, but what the user set was kept.</summary>
    public const string EnvKept = "EnvKept";

    /// <summary>Injected, but without what its Job would have given: the Job could not be read.</summary>
    public const string OwnerUnknown = "OwnerUnknown";

    /// <summary>Injected, but something of it cannot have the wanted effect.</summary>
    public const string Limited = "Limited";
}
