namespace Wandb.Operator.Injection;

/// <summary>Names of the volumes that we add; a name that the pod has already gets a number.</summary>
internal sealed class VolumeNames(PodView pod)
{
    public string Runs { get; } = Free(pod, "wandb-operator-runs");

    public string State { get; } = Free(pod, "wandb-operator-state");

    public string Key { get; } = Free(pod, "wandb-operator-key");

    public string Token { get; } = Free(pod, "wandb-operator-token");

    public string Tmp { get; } = Free(pod, "wandb-operator-tmp");

    public string Settings { get; } = Free(pod, "wandb-operator-settings");

    public string PythonHook { get; } = Free(pod, "wandb-operator-python");

    public string ServerCa { get; } = Free(pod, "wandb-operator-ca");

    private static string Free(PodView pod, string wanted)
    {
        var name = wanted;
        for (var number = 2; pod.VolumesByName.ContainsKey(name); number++)
            name = $"{wanted}-{number}";
        return name;
    }
}
