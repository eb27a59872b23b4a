namespace Wandb.Operator.Injection;

/// <summary>Names of the volumes that we add; a name that the pod has already gets a number.</summary>
internal sealed record VolumeNames(string Runs, string State, string Key, string Token, string Tmp, string Settings, string ServerCa)
{
    public static VolumeNames For(PodView pod)
    {
        return new VolumeNames(
            Free("wandb-operator-runs"), Free("wandb-operator-state"), Free("wandb-operator-key"), Free("wandb-operator-token"),
            Free("wandb-operator-tmp"), Free("wandb-operator-settings"), Free("wandb-operator-ca"));

        string Free(string wanted)
        {
            var name = wanted;
            for (var number = 2; pod.VolumesByName.ContainsKey(name); number++)
                name = $"{wanted}-{number}";
            return name;
        }
    }
}
