namespace Wandb.Operator.Injection;

/// <summary>Annotations and labels of group <c>wandb-operator.io</c>.</summary>
internal static class InjectionKeys
{
    public const string Prefix = "wandb-operator.io/";

    /// <summary>Annotation: name of the WandbRun; opts the pod in. As a label, set by us: the same name as far as it fits.</summary>
    public const string Run = Prefix + "run";

    /// <summary>Annotation or label.</summary>
    public const string Group = Prefix + "group";

    /// <summary>Annotation or label.</summary>
    public const string JobType = Prefix + "job-type";

    public const string Name = Prefix + "name";
    public const string Tags = Prefix + "tags";
    public const string Mode = Prefix + "mode";
    public const string Containers = Prefix + "containers";
    public const string Required = Prefix + "required";

    /// <summary>Annotation, <c>"true"</c>: the pod uploads what other pods of the WandbRun have left on its claim; it trains nothing.</summary>
    public const string Drain = Prefix + "drain";

    /// <summary>Set by us: version of the injection.</summary>
    public const string Injected = Prefix + "injected";

    /// <summary>Set by us: UID of the WandbRun, because another one may have its name later.</summary>
    public const string RunUid = Prefix + "run-uid";

    /// <summary>Set by us: settings that must not beat the user's <c>envFrom</c>, as a file of the SDK.</summary>
    public const string Settings = Prefix + "settings";

    /// <summary>Set by us: text of <see cref="Injection.PythonHook"/>.</summary>
    public const string PythonHook = Prefix + "python-hook";

    /// <summary>Set by us on the template of a Job that is not Indexed and has several pods: their number.</summary>
    public const string Parallel = Prefix + "parallel";

    /// <summary>Set by us on a pod that asked and starts without us: why, as in <see cref="MissedText"/>.</summary>
    public const string Missed = Prefix + "missed";

    /// <summary>Annotations that a user may set.</summary>
    public static readonly IReadOnlyList<string> Annotations = [Run, Group, JobType, Name, Tags, Mode, Containers, Required, Drain];

    /// <summary>Annotations that only we set.</summary>
    public static readonly IReadOnlyList<string> Ours = [Injected, RunUid, Settings, PythonHook, Parallel, Missed];

    public static readonly IReadOnlyList<string> Labels = [Run, Group, JobType];
}
