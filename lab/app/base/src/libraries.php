<?php

declare(strict_types=1);

/** Symfony and Doctrine as Debian packages them. */
foreach (
    [
        'Symfony/Bundle/FrameworkBundle', 'Symfony/Component/Console', 'Symfony/Component/Dotenv', 'Symfony/Component/Yaml',
        'Doctrine/DBAL', 'Doctrine/ORM', 'Symfony/Bridge/Doctrine',
    ] as $library
) {
    require_once "/usr/share/php/$library/autoload.php";
}
